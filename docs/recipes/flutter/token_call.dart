// Flutter: joins with an access token that Latchkey issues for a grant, and keeps it renewed.
// Dart 3, package:http, agora_rtc_engine 6.
import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'package:agora_rtc_engine/agora_rtc_engine.dart';
import 'package:http/http.dart' as http;

/// Of agora_rtc_engine, as in your pubspec.yaml. With it, the answer is a token that it takes.
const _sdkVersion = '6.5.3';

class TokenCall {
  TokenCall({required this.latchkeyUrl, required this.channel, required this.fetchGrant, required this.onStopped});

  final Uri latchkeyUrl;
  final String channel;

  /// Fetches a grant from your business server. Exception: retried. null: not allowed.
  final Future<String?> Function() fetchGrant;

  /// There will be no more tokens: `forbidden_channel`, `grant_revoked` or the like. Agora removes
  /// the user when the last token expires.
  final void Function(String reason) onStopped;

  final _engine = createAgoraRtcEngine();
  final _client = http.Client();
  final _random = Random();
  String? _grant;
  int _lastExpiresAt = 0;
  bool _left = false;
  _Pause? _pause;
  bool _isRenewalPause = false;
  bool _isPromoted = false;

  /// Completes after leave(), or when there will be no more tokens.
  Future<void> join(String appId) async {
    await _engine.initialize(RtcEngineContext(appId: appId));
    _engine.registerEventHandler(RtcEngineEventHandler(
      // 30 s before the token expires, and when it has expired.
      onTokenPrivilegeWillExpire: (_, __) => _renewNow(),
      onRequestToken: (_) => _renewNow(),
    ));
    try {
      var token = await _ask();
      if (_left) throw _Left();
      await _join(token);
      while (true) {
        _isRenewalPause = true;
        if (!_isPromoted) await _wait(token.renewIn);
        _isRenewalPause = false;
        final speaks = _isPromoted;
        _isPromoted = false;
        if (speaks) _grant = null;
        token = await _ask();
        if (_left) throw _Left();
        // Without a token, in App-ID mode, there is nothing to renew.
        if (token.text.isNotEmpty) await _engine.renewToken(token.text);
        if (speaks) await _engine.setClientRole(role: ClientRoleType.clientRoleBroadcaster);
      }
    } on _Left {
      // After leave().
    } on _Stop catch (stop) {
      onStopped(stop.reason);
    } on AgoraRtcException catch (error) {
      if (!_left) onStopped('the SDK returned ${error.code}');
    } finally {
      _client.close();
    }
  }

  /// Your server lets this listener speak: from now on fetchGrant gives grants with the role
  /// `publisher`. One renewal with such a grant, then the role changes. The call goes on.
  void speak() {
    _isPromoted = true;
    _renewNow();
  }

  Future<void> leave() async {
    _left = true;
    _pause?.end();
    await _engine.leaveChannel();
    await _engine.release();
  }

  /// Set in the options what your app publishes and plays.
  Future<void> _join(_Token token) {
    const options = ChannelMediaOptions();
    final account = token.account;
    return account == null
        ? _engine.joinChannel(token: token.text, channelId: channel, uid: token.uid, options: options)
        : _engine.joinChannelWithUserAccount(
            token: token.text, channelId: channel, userAccount: account, options: options);
  }

  /// Not if a request is already under way.
  void _renewNow() {
    if (_isRenewalPause) _pause?.end();
  }

  /// Tries until there is a token. Throws _Stop if there will be none, _Left after leave().
  Future<_Token> _ask() async {
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
          final token = _Token(jsonDecode(response.body) as Map<String, dynamic>, _random);
          // If it expires no later than the last token, the grant expires then: fetch a new grant
          // first.
          if (isNewGrant || token.expiresAt > _lastExpiresAt) {
            _lastExpiresAt = token.expiresAt;
            return token;
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
      ..body = jsonEncode({'channel': channel, 'sdkVersion': _sdkVersion, 'platform': 'flutter'});
    return http.Response.fromStream(await _client.send(request)).timeout(const Duration(seconds: 10));
  }

  Future<void> _wait(Duration time) async {
    if (_left) throw _Left();
    final pause = _pause = _Pause(time);
    await pause.ended;
    if (_left) throw _Left();
  }
}

class _Token {
  _Token(Map<String, dynamic> issued, Random random)
      : text = issued['key'] as String? ?? '', // null in App-ID mode: the SDK takes '' then
        uid = issued['uid'] as int? ?? 0, // a grant names its user by uid or account
        account = issued['account'] as String?,
        expiresAt = issued['expiresAt'] as int,
        renewIn = _renewIn(issued['renewAt'] as int, issued['serverTime'] as int, random);

  final String text;
  final int uid;
  final String? account;
  final int expiresAt;
  final Duration renewIn;

  /// By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do not
  /// renew together.
  static Duration _renewIn(int renewAt, int serverTime, Random random) {
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
