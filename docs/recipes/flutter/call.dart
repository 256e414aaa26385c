// Flutter: joins with a key that Latchkey gives for a grant, and renews it for as long as the grant holds.
// Dart 3, package:http. The vendor's SDKs of the channel keys' time (1.3 to 2.0) have no Flutter plugin: AgoraBridge.kt and
// AgoraBridge.swift beside this file hand the calls on to the native ones.
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

  /// Asks your business server for a grant. An exception: tried again; null: the user may not be here.
  final Future<String?> Function() fetchGrant;

  /// No further key will come: `forbidden_channel`, `grant_revoked` or the like. Without one the user is out when the last key ends.
  final void Function(String reason) onStopped;

  final _client = http.Client();
  final _random = Random();
  String? _grant;
  int _lastExpiresAt = 0;
  bool _left = false;
  _Pause? _pause;
  bool _isRenewalPause = false;

  /// Completes when the call was left, or no further key will come.
  Future<void> join(String appId) async {
    _agora.setMethodCallHandler((call) async {
      // The SDK's own word that the key has ended: renew at once. While a key is being fetched, one renewal answers it.
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
      // By leave().
    } on _Stop catch (stop) {
      onStopped(stop.reason);
    } on PlatformException catch (error) {
      if (!_left) onStopped('the SDK answered ${error.code}');
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

  /// Tries until there is a key; throws _Stop when there will be none, _Left when the call was left.
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
          // A key that ends when the last one did was cut short by the grant: a new grant first.
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
        // Unreachable, or an answer that is not Latchkey's: again, later.
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
  _Key(Map<String, dynamic> answer, Random random)
      : text = answer['key'] as String?, // null in App-ID-only mode: the SDK wants just that
        uid = answer['uid'] as int,
        expiresAt = answer['expiresAt'] as int?,
        renewIn = _renewIn(answer['renewAt'] as int?, answer['serverTime'] as int, random);

  final String? text;
  final int uid;
  final int? expiresAt;
  final Duration renewIn;

  /// By the server's clock, since the device's may be wrong, and up to a tenth early, so that not all renew together.
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
