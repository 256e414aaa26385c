// iOS and macOS: joins with an access token that Latchkey issues for a grant, and keeps it renewed.
// Swift 5.7, iOS 15 / macOS 12, Agora SDK 4.
import AgoraRtcEngineKit
import Foundation

@MainActor
final class TokenCall: NSObject {
    private struct Token: Decodable {
        let key: String? // nil in App-ID mode: the SDK takes nil then
        let uid: UInt32? // a grant names its user by uid or account
        let account: String?
        let expiresAt: Int
        let renewAt: Int
        let serverTime: Int
    }

    /// With its version, the answer is a token that this SDK takes.
    private struct Wanted: Encodable {
        let channel: String
        let sdkVersion = AgoraRtcEngineKit.getSdkVersion()
        let platform = "native"
    }

    private struct Problem: Decodable { let code: String }
    private struct Stop: Error { let reason: String }

    private let latchkeyURL: URL
    private let channel: String
    /// Fetches a grant from your business server. Error: retried. nil: not allowed.
    private let fetchGrant: () async throws -> String?
    /// There will be no more tokens: `forbidden_channel`, `grant_revoked` or the like. Agora removes
    /// the user when the last token expires.
    private let onStopped: (_ reason: String) -> Void
    private let session: URLSession
    private var engine: AgoraRtcEngineKit?
    private var grant: String?
    private var lastExpiresAt = 0
    private var worker: Task<Void, Never>?
    private var pause: Task<Void, Never>?
    private var isPromoted = false

    init(latchkeyURL: URL, channel: String, fetchGrant: @escaping () async throws -> String?, onStopped: @escaping (String) -> Void) {
        self.latchkeyURL = latchkeyURL
        self.channel = channel
        self.fetchGrant = fetchGrant
        self.onStopped = onStopped
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 10
        session = URLSession(configuration: configuration)
    }

    func join(appId: String) {
        engine = AgoraRtcEngineKit.sharedEngine(withAppId: appId, delegate: self)
        worker = Task { await joinAndRenew() }
    }

    func leave() {
        worker?.cancel()
        pause?.cancel()
        _ = engine?.leaveChannel(nil)
    }

    /// Your server lets this listener speak: from now on fetchGrant gives grants with the role
    /// `publisher`. One renewal with such a grant, then the role changes. The call goes on.
    func speak() {
        isPromoted = true
        pause?.cancel()
    }

    private func joinAndRenew() async {
        do {
            var token = try await ask()
            try check(join(token))
            while true {
                if !isPromoted { try await pauseUntilDue(token) }
                let speaks = isPromoted
                isPromoted = false
                if speaks { grant = nil }
                token = try await ask()
                // Without a token, in App-ID mode, there is nothing to renew.
                if let text = token.key { try check(engine?.renewToken(text)) }
                if speaks { try check(engine?.setClientRole(.broadcaster)) }
            }
        } catch let stop as Stop {
            onStopped(stop.reason)
        } catch {
            // After leave().
        }
    }

    /// Set in the options what your app publishes and plays.
    private func join(_ token: Token) -> Int32? {
        let options = AgoraRtcChannelMediaOptions()
        if let account = token.account {
            return engine?.joinChannel(byToken: token.key, channelId: channel, userAccount: account, mediaOptions: options)
        }
        return engine?.joinChannel(byToken: token.key, channelId: channel, uid: UInt(token.uid ?? 0), mediaOptions: options)
    }

    private func check(_ result: Int32?) throws {
        guard let result, result >= 0 else {
            throw Stop(reason: "the SDK returned \(result ?? -1)")
        }
    }

    /// By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do
    /// not renew together.
    private func pauseUntilDue(_ token: Token) async throws {
        let seconds = Double(max(1, token.renewAt - token.serverTime))
        let wait = Task<Void, Never> { try? await Task.sleep(nanoseconds: UInt64(seconds * Double.random(in: 0.9...1) * 1e9)) }
        pause = wait
        await wait.value
        pause = nil
        try Task.checkCancellation()
    }

    /// Tries until there is a token. Throws Stop if there will be none, CancellationError after
    /// leave().
    private func ask() async throws -> Token {
        var isNewGrant = false
        var failures = 0
        while true {
            var retryAfter = 0.0
            do {
                if grant == nil {
                    grant = try await fetchGrant()
                    isNewGrant = true
                }
                guard let grant else { throw Stop(reason: "no grant") }
                let (data, response) = try await session.data(for: request(grant), delegate: NoRedirect())
                try Task.checkCancellation()
                let http = response as? HTTPURLResponse
                let status = http?.statusCode ?? 500
                if status == 200 {
                    let token = try JSONDecoder().decode(Token.self, from: data)
                    // If it expires no later than the last token, the grant expires then: fetch a
                    // new grant first.
                    if isNewGrant || token.expiresAt > lastExpiresAt {
                        lastExpiresAt = token.expiresAt
                        return token
                    }
                    self.grant = nil
                    continue
                }
                if status != 429 && status < 500 {
                    let code = try JSONDecoder().decode(Problem.self, from: data).code
                    if code != "grant_expired" || isNewGrant { throw Stop(reason: code) }
                    self.grant = nil
                    continue
                }
                retryAfter = Double(http?.value(forHTTPHeaderField: "Retry-After") ?? "") ?? 0
            } catch let stop as Stop {
                throw stop
            } catch {
                try Task.checkCancellation()
                // No response, or not a response of Latchkey. Retried below.
            }
            let backoff = Double.random(in: 0..<min(60, pow(2, Double(failures))))
            failures += 1
            try await Task.sleep(nanoseconds: UInt64((retryAfter + backoff) * 1e9))
        }
    }

    private func request(_ grant: String) throws -> URLRequest {
        var request = URLRequest(url: latchkeyURL.appendingPathComponent("v1/keys"))
        request.httpMethod = "POST"
        request.setValue("Bearer \(grant)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(Wanted(channel: channel))
        return request
    }

    /// Not if a request is already under way: then the pause is over.
    fileprivate func renewNow() {
        pause?.cancel()
    }
}

extension TokenCall: AgoraRtcEngineDelegate {
    /// 30 s before the token expires: renew at once.
    nonisolated func rtcEngine(_ engine: AgoraRtcEngineKit, tokenPrivilegeWillExpire token: String) {
        Task { @MainActor in self.renewNow() }
    }

    /// The token has expired: renew at once.
    nonisolated func rtcEngineRequestToken(_ engine: AgoraRtcEngineKit) {
        Task { @MainActor in self.renewNow() }
    }
}

/// A redirect would send the grant to another address.
private final class NoRedirect: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
