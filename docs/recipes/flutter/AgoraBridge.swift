// Flutter on iOS: passes the calls of call.dart on to the Agora SDK 1.3 to 2.0. Keep one of these
// in your AppDelegate:
//   AgoraBridge(FlutterMethodChannel(name: "latchkey/agora", binaryMessenger: controller.binaryMessenger))
import AgoraRtcEngineKit
import Flutter

final class AgoraBridge: NSObject, AgoraRtcEngineDelegate {
    private let channel: FlutterMethodChannel
    private var engine: AgoraRtcEngineKit?

    init(_ channel: FlutterMethodChannel) {
        self.channel = channel
        super.init()
        channel.setMethodCallHandler { [weak self] call, result in self?.handle(call, result) }
    }

    private func handle(_ call: FlutterMethodCall, _ result: FlutterResult) {
        let arguments = call.arguments as? [String: Any] ?? [:]
        let key = arguments["key"] as? String
        let code: Int32
        switch call.method {
        case "joinChannel":
            guard let appId = arguments["appId"] as? String, let name = arguments["channel"] as? String,
                  let uid = arguments["uid"] as? NSNumber else {
                return result(FlutterError(code: "-2", message: "appId, channel and uid are needed", details: nil))
            }
            engine = AgoraRtcEngineKit.sharedEngine(withAppId: appId, delegate: self)
            code = engine?.joinChannel(byKey: key, channelName: name, info: nil, uid: uid.uintValue, joinSuccess: nil) ?? -1
        case "renewChannelKey":
            code = engine?.renewChannelKey(key) ?? -1
        case "leaveChannel":
            code = engine?.leaveChannel(nil) ?? 0
        default:
            return result(FlutterMethodNotImplemented)
        }
        result(code < 0 ? FlutterError(code: String(code), message: "the SDK refused \(call.method)", details: nil) : nil)
    }

    func rtcEngine(_ engine: AgoraRtcEngineKit!, didOccurError errorCode: AgoraRtcErrorCode) {
        let error = errorCode.rawValue
        DispatchQueue.main.async { self.channel.invokeMethod("onError", arguments: error) }
    }
}
