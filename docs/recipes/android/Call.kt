// Android: joins with a key that Latchkey gives for a grant, and renews it for as long as the grant holds.
// Agora SDK 1.3 to 2.0 (channel keys). Call it from any thread; onStopped comes on a thread of its own.
package com.example.call

import android.content.Context
import io.agora.rtc.IRtcEngineEventHandler
import io.agora.rtc.RtcEngine
import org.json.JSONException
import org.json.JSONObject
import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.random.Random

class Call(
    context: Context,
    appId: String,
    private val latchkeyUrl: String,
    private val channel: String,
    /** Asks your business server for a grant, and blocks. IOException: tried again; null: the user may not be here. */
    private val fetchGrant: () -> String?,
    /** No further key will come: `forbidden_channel`, `grant_revoked` or the like. Without one the user is out when the last key ends. */
    private val onStopped: (reason: String) -> Unit
) : IRtcEngineEventHandler() {
    private class Key(val text: String?, val uid: Int, val expiresAt: Long, val renewInMillis: Long)
    private class Stop(val reason: String) : Exception()

    private val engine: RtcEngine = RtcEngine.create(context, appId, this)
    private val expired = Semaphore(0)
    @Volatile private var left = false
    private var grant: String? = null
    private var lastExpiresAt = 0L
    private val worker = thread(name = "latchkey") { joinAndRenew() }

    @Synchronized
    fun leave() {
        left = true
        worker.interrupt()
        engine.leaveChannel()
    }

    /** The SDK's own word that the key has ended: renew at once. */
    override fun onError(err: Int) {
        if (err == ErrorCode.ERR_CHANNEL_KEY_EXPIRED) expired.release()
    }

    private fun joinAndRenew() {
        try {
            var key = ask()
            use { engine.joinChannel(key.text, channel, "", key.uid) }
            while (true) {
                expired.tryAcquire(key.renewInMillis, TimeUnit.MILLISECONDS)
                key = ask()
                expired.drainPermits() // however often the SDK said so: one renewal answers it
                use { engine.renewChannelKey(key.text) }
            }
        } catch (gone: InterruptedException) {
            // By leave().
        } catch (stop: Stop) {
            onStopped(stop.reason)
        }
    }

    /** Nothing reaches the engine once the call was left. */
    @Synchronized
    private fun use(call: () -> Int) {
        if (left) throw InterruptedException()
        val result = call()
        if (result < 0) throw Stop("the SDK answered $result")
    }

    /** Tries until there is a key; Stop when there will be none. */
    private fun ask(): Key {
        var isNewGrant = false
        var failures = 0
        while (!left) {
            var retryAfter = 0L
            try {
                val current = grant ?: (fetchGrant() ?: throw Stop("no grant")).also { grant = it; isNewGrant = true }
                val connection = post(current)
                try {
                    val status = connection.responseCode
                    if (status == 200) {
                        val key = keyOf(JSONObject(connection.inputStream.reader().readText()))
                        // A key that ends when the last one did was cut short by the grant: a new grant first.
                        if (isNewGrant || key.expiresAt == Long.MAX_VALUE || key.expiresAt > lastExpiresAt) {
                            lastExpiresAt = key.expiresAt
                            return key
                        }
                        grant = null
                        continue
                    }
                    if (status != 429 && status < 500) {
                        val code = JSONObject(connection.errorStream?.reader()?.readText() ?: "").getString("code")
                        if (code != "grant_expired" || isNewGrant) throw Stop(code)
                        grant = null
                        continue
                    }
                    retryAfter = connection.getHeaderField("Retry-After")?.toLongOrNull() ?: 0
                } finally {
                    connection.disconnect()
                }
            } catch (unreachable: IOException) {
                // Again, later.
            } catch (notLatchkey: JSONException) {
                // A captive portal, say: again, later.
            }
            val backoff = Random.nextLong(minOf(60_000L, 1000L shl minOf(failures++, 6)))
            Thread.sleep(retryAfter * 1000 + backoff)
        }
        throw InterruptedException()
    }

    private fun post(grant: String): HttpURLConnection {
        val connection = URL("$latchkeyUrl/v1/keys").openConnection() as HttpURLConnection
        connection.connectTimeout = 10_000
        connection.readTimeout = 10_000
        connection.instanceFollowRedirects = false
        connection.doOutput = true
        connection.setRequestProperty("Authorization", "Bearer $grant")
        connection.setRequestProperty("Content-Type", "application/json")
        connection.outputStream.use { it.write(JSONObject().put("channel", channel).toString().toByteArray()) }
        return connection
    }

    private fun keyOf(answer: JSONObject): Key {
        // In App-ID-only mode the key is null, and the SDK wants just that. A uid over 2^31 is a negative Int to the SDK.
        val text = if (answer.isNull("key")) null else answer.getString("key")
        val uid = answer.getLong("uid").toInt()
        if (answer.isNull("renewAt")) return Key(text, uid, Long.MAX_VALUE, Long.MAX_VALUE)
        // By the server's clock, since the device's may be wrong, and up to a tenth early, so that not all renew together.
        val waitMillis = maxOf(1000L, (answer.getLong("renewAt") - answer.getLong("serverTime")) * 1000)
        return Key(text, uid, answer.getLong("expiresAt"), waitMillis - Random.nextLong(waitMillis / 10))
    }
}
