// As token_main.cpp, for the Android recipe: its arguments are LATCHKEY_URL, the channel, and the
// grants that the business server gives.
package com.example.call

import android.content.Context
import io.agora.rtc2.RtcEngine

private fun say(text: String) = synchronized(RtcEngine::class.java) { println(text) }

fun main(args: Array<String>) {
    val grants = args.drop(2).toMutableList()
    val call = TokenCall(
        Context(), "app-id", args[0], args[1],
        fetchGrant = {
            say("grant")
            if (grants.isEmpty()) null else grants.removeAt(0)
        },
        onStopped = { reason -> say("stopped $reason") }
    )
    while (true) {
        val line = readLine()
        if (line == null || line == "leave") break
        if (line == "speak") {
            call.speak()
            say("promoted")
        } else {
            RtcEngine.handler.onTokenPrivilegeWillExpire("")
            say("expired")
        }
    }
    call.leave()
    say("released")
}
