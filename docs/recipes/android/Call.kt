// Android: joins with a key that Latchkey issues for a grant, and keeps the key renewed.
// Agora SDK 1.3 to 2.0 (channel keys). Call its methods from any thread. onStopped is called on
// another thread.
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
    /**
     * Fetches a grant from your business server, and blocks. IOException: retried. null: not
     * allowed.
     */
    private val fetchGrant: () -> String?,
    /**
     * There will be no more keys: `forbidden_channel`, `grant_revoked` or the like. Agora removes
     * the user when the last key expires.
     */
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

    /** The SDK reports that the key has expired: renew at once. */
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
                expired.drainPermits() // one renewal is enough, however often the SDK reported it
                use { engine.renewChannelKey(key.text) }
            }
        } catch (gone: InterruptedException) {
            // After leave().
        } catch (stop: Stop) {
            onStopped(stop.reason)
        }
    }

    /** The engine gets no call after leave(). */
    @Synchronized
    private fun use(call: () -> Int) {
        if (left) throw InterruptedException()
        val result = call()
        if (result < 0) throw Stop("the SDK returned $result")
    }

    /** Tries until there is a key. Throws Stop if there will be none. */
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
                        // If it expires no later than the last key, the grant expires then: fetch a
                        // new grant first.
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
                // Retried below.
            } catch (notLatchkey: JSONException) {
                // For instance the sign-in page of a network. Retried below.
            }
            val backoff = Random.nextLong(minOf(60_000L, 1000L shl minOf(failures++, 6)))
            Thread.sleep(retryAfter * 1000 + backoff)
        }
        throw InterruptedException()
    }

    private fun post(grant: String): HttpURLConnection {
        val connection = URL("${latchkeyUrl.trimEnd('/')}/v1/keys").openConnection() as HttpURLConnection
        connection.connectTimeout = 10_000
        connection.readTimeout = 10_000
        connection.instanceFollowRedirects = false
        connection.doOutput = true
        connection.setRequestProperty("Authorization", "Bearer $grant")
        connection.setRequestProperty("Content-Type", "application/json")
        connection.outputStream.use { it.write(JSONObject().put("channel", channel).toString().toByteArray()) }
        return connection
    }

    private fun keyOf(issued: JSONObject): Key {
        // In App-ID mode the key is null: the SDK takes null then. It takes a uid over 2^31 as a
        // negative Int.
        val text = if (issued.isNull("key")) null else issued.getString("key")
        val uid = issued.getLong("uid").toInt()
        if (issued.isNull("renewAt")) return Key(text, uid, Long.MAX_VALUE, Long.MAX_VALUE)
        // By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do
        // not renew together.
        val waitMillis = maxOf(1000L, (issued.getLong("renewAt") - issued.getLong("serverTime")) * 1000)
        return Key(text, uid, issued.getLong("expiresAt"), waitMillis - Random.nextLong(waitMillis / 10))
    }
}
