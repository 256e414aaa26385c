// Flutter: joins with a key that Latchkey issues for a grant, and keeps the key renewed.
// Dart 3, package:http. Agora's SDKs 1.3 to 2.0 have no Flutter plugin. AgoraBridge.kt and
// AgoraBridge.swift in this folder pass the calls on to the native SDKs.
import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'package:flutter/services.dart';
import 'package:http/http.dart' as http;

const _agora = MethodChannel('latchkey/agora');
const _errChannelKeyExpired = 109;

class Call {
  Call({required this.latchkeyUrl, required this.channel, required this.fetchGrant, required this.onStopped});

  final Uri latchkeyUrl;
  final String channel;

  /// Fetches a grant from your business server. Exception: retried. null: not allowed.
  final Future<String?> Function() fetchGrant;

  /// There will be no more keys: `forbidden_channel`, `grant_revoked` or the like. Agora removes
  /// the user when the last key expires.
  final void Function(String reason) onStopped;

  final _client = http.Client();
  final _random = Random();
  String? _grant;
  int _lastExpiresAt = 0;
  bool _left = false;
  _Pause? _pause;
  bool _isRenewalPause = false;

  /// Completes after leave(), or when there will be no more keys.
  Future<void> join(String appId) async {
    _agora.setMethodCallHandler((call) async {
      // The SDK reports that the key has expired: renew at once. Not if a request is already under
      // way.
      if (call.method == 'onError' && call.arguments == _errChannelKeyExpired && _isRenewalPause) _pause?.end();
    });
    try {
      var key = await _ask();
      if (_left) throw _Left();
      await _agora.invokeMethod<void>('joinChannel', {'appId': appId, 'key': key.text, 'channel': channel, 'uid': key.uid});
      while (true) {
        _isRenewalPause = true;
        await _wait(key.renewIn);
        _isRenewalPause = false;
        key = await _ask();
        if (_left) throw _Left();
        await _agora.invokeMethod<void>('renewChannelKey', {'key': key.text});
      }
    } on _Left {
      // After leave().
    } on _Stop catch (stop) {
      onStopped(stop.reason);
    } on PlatformException catch (error) {
      if (!_left) onStopped('the SDK returned ${error.code}');
    } finally {
      _agora.setMethodCallHandler(null);
      _client.close();
    }
  }

  Future<void> leave() async {
    _left = true;
    _pause?.end();
    await _agora.invokeMethod<void>('leaveChannel');
  }

  /// Tries until there is a key. Throws _Stop if there will be none, _Left after leave().
  Future<_Key> _ask() async {
    var isNewGrant = false;
    for (var failures = 0;; failures++) {
      var retryAfter = Duration.zero;
      try {
        if (_grant == null) {
          _grant = await fetchGrant();
          isNewGrant = true;
        }
        final grant = _grant;
        if (grant == null) throw _Stop('no grant');
        final response = await _post(grant);
        if (_left) throw _Left();
        if (response.statusCode == 200) {
          final key = _Key(jsonDecode(response.body) as Map<String, dynamic>, _random);
          // If it expires no later than the last key, the grant expires then: fetch a new grant
          // first.
          if (isNewGrant || key.expiresAt == null || key.expiresAt! > _lastExpiresAt) {
            _lastExpiresAt = key.expiresAt ?? 0;
            return key;
          }
          _grant = null;
          continue;
        }
        if (response.statusCode != 429 && response.statusCode < 500) {
          final code = (jsonDecode(response.body) as Map<String, dynamic>)['code'] as String;
          if (code != 'grant_expired' || isNewGrant) throw _Stop(code);
          _grant = null;
          continue;
        }
        retryAfter = Duration(seconds: int.tryParse(response.headers['retry-after'] ?? '') ?? 0);
      } on _Stop {
        rethrow;
      } on _Left {
        rethrow;
      } catch (_) {
        // No response, or not a response of Latchkey. Retried below.
      }
      final backoff = Duration(milliseconds: _random.nextInt(min(60000, 1000 << min(failures, 6))));
      await _wait(retryAfter + backoff);
    }
  }

  Future<http.Response> _post(String grant) async {
    final request = http.Request('POST', latchkeyUrl.replace(path: '/v1/keys'))
      ..followRedirects = false
      ..headers['Authorization'] = 'Bearer $grant'
      ..headers['Content-Type'] = 'application/json'
      ..body = jsonEncode({'channel': channel});
    return http.Response.fromStream(await _client.send(request)).timeout(const Duration(seconds: 10));
  }

  Future<void> _wait(Duration time) async {
    if (_left) throw _Left();
    final pause = _pause = _Pause(time);
    await pause.ended;
    if (_left) throw _Left();
  }
}

class _Key {
  _Key(Map<String, dynamic> issued, Random random)
      : text = issued['key'] as String?, // null in App-ID mode: the SDK takes null then
        uid = issued['uid'] as int,
        expiresAt = issued['expiresAt'] as int?,
        renewIn = _renewIn(issued['renewAt'] as int?, issued['serverTime'] as int, random);

  final String? text;
  final int uid;
  final int? expiresAt;
  final Duration renewIn;

  /// By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do not
  /// renew together.
  static Duration _renewIn(int? renewAt, int serverTime, Random random) {
    if (renewAt == null) return const Duration(days: 365);
    return Duration(milliseconds: (max(1, renewAt - serverTime) * 1000 * (1 - random.nextDouble() / 10)).round());
  }
}

class _Pause {
  _Pause(Duration time) {
    _timer = Timer(time, end);
  }

  final _completer = Completer<void>();
  late final Timer _timer;

  Future<void> get ended => _completer.future;

  void end() {
    _timer.cancel();
    if (!_completer.isCompleted) _completer.complete();
  }
}

class _Left implements Exception {}

class _Stop implements Exception {
  _Stop(this.reason);
  final String reason;
}
