// iOS and macOS: joins with a key that Latchkey issues for a grant, and keeps the key renewed.
// Swift 5.7, iOS 15 / macOS 12, Agora SDK 1.3 to 2.0 (channel keys).
import AgoraRtcEngineKit
import Foundation

@MainActor
final class Call: NSObject {
    private static let errChannelKeyExpired = 109

    private struct Key: Decodable {
        let key: String? // nil in App-ID mode: the SDK takes nil then
        let uid: UInt32
        let expiresAt: Int?
        let renewAt: Int?
        let serverTime: Int
    }

    private struct Problem: Decodable { let code: String }
    private struct Stop: Error { let reason: String }

    private let latchkeyURL: URL
    private let channel: String
    /// Fetches a grant from your business server. Error: retried. nil: not allowed.
    private let fetchGrant: () async throws -> String?
    /// There will be no more keys: `forbidden_channel`, `grant_revoked` or the like. Agora removes
    /// the user when the last key expires.
    private let onStopped: (_ reason: String) -> Void
    private let session: URLSession
    private var engine: AgoraRtcEngineKit?
    private var grant: String?
    private var lastExpiresAt = 0
    private var worker: Task<Void, Never>?
    private var pause: Task<Void, Never>?

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

    private func joinAndRenew() async {
        do {
            var key = try await ask()
            try check(engine?.joinChannel(byKey: key.key, channelName: channel, info: nil, uid: UInt(key.uid), joinSuccess: nil))
            while true {
                try await pauseUntilDue(key)
                key = try await ask()
                try check(engine?.renewChannelKey(key.key))
            }
        } catch let stop as Stop {
            onStopped(stop.reason)
        } catch {
            // After leave().
        }
    }

    private func check(_ result: Int32?) throws {
        guard let result, result >= 0 else {
            throw Stop(reason: "the SDK returned \(result ?? -1)")
        }
    }

    /// By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do
    /// not renew together.
    private func pauseUntilDue(_ key: Key) async throws {
        let seconds = key.renewAt.map { Double(max(1, $0 - key.serverTime)) } ?? 365 * 86_400
        let wait = Task<Void, Never> { try? await Task.sleep(nanoseconds: UInt64(seconds * Double.random(in: 0.9...1) * 1e9)) }
        pause = wait
        await wait.value
        pause = nil
        try Task.checkCancellation()
    }

    /// Tries until there is a key. Throws Stop if there will be none, CancellationError after
    /// leave().
    private func ask() async throws -> Key {
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
                    let key = try JSONDecoder().decode(Key.self, from: data)
                    let expiresAt = key.expiresAt ?? Int.max
                    // If it expires no later than the last key, the grant expires then: fetch a new
                    // grant first.
                    if isNewGrant || expiresAt == Int.max || expiresAt > lastExpiresAt {
                        lastExpiresAt = expiresAt
                        return key
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
        request.httpBody = try JSONEncoder().encode(["channel": channel])
        return request
    }

    /// The SDK reports that the key has expired: renew at once. Not if a request is already under
    /// way.
    fileprivate func sdkReported(error: Int) {
        if error == Call.errChannelKeyExpired { pause?.cancel() }
    }
}

extension Call: AgoraRtcEngineDelegate {
    nonisolated func rtcEngine(_ engine: AgoraRtcEngineKit!, didOccurError errorCode: AgoraRtcErrorCode) {
        let error = errorCode.rawValue
        Task { @MainActor in self.sdkReported(error: Int(error)) }
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
