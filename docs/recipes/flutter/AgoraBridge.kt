// Flutter on Android: passes the calls of call.dart on to the Agora SDK 1.3 to 2.0. In
// MainActivity.configureFlutterEngine:
//   AgoraBridge(applicationContext, MethodChannel(flutterEngine.dartExecutor.binaryMessenger, "latchkey/agora"))
package com.example.call

import android.content.Context
import android.os.Handler
import android.os.Looper
import io.agora.rtc.IRtcEngineEventHandler
import io.agora.rtc.RtcEngine
import io.flutter.plugin.common.MethodCall
import io.flutter.plugin.common.MethodChannel

class AgoraBridge(private val context: Context, private val channel: MethodChannel) :
    IRtcEngineEventHandler(), MethodChannel.MethodCallHandler {
    private val main = Handler(Looper.getMainLooper())
    private var engine: RtcEngine? = null

    init {
        channel.setMethodCallHandler(this)
    }

    override fun onMethodCall(call: MethodCall, result: MethodChannel.Result) {
        val code = when (call.method) {
            "joinChannel" -> {
                val created = RtcEngine.create(context, call.argument<String>("appId"), this)
                engine = created
                // The SDK takes a uid over 2^31 as a negative Int.
                val uid = call.argument<Number>("uid")!!.toLong().toInt()
                created.joinChannel(call.argument<String>("key"), call.argument<String>("channel"), "", uid)
            }
            "renewChannelKey" -> engine?.renewChannelKey(call.argument<String>("key")) ?: -1
            "leaveChannel" -> engine?.leaveChannel() ?: 0
            else -> return result.notImplemented()
        }
        if (code < 0) result.error(code.toString(), "the SDK refused ${call.method}", null) else result.success(null)
    }

    /** The SDK calls this on its own thread. Flutter needs the main thread. */
    override fun onError(err: Int) {
        main.post { channel.invokeMethod("onError", err) }
    }
}
