// Android: joins with an access token that Latchkey issues for a grant, and keeps it renewed.
// Agora SDK 4. Call its methods from any thread. onStopped is called on another thread.
package com.example.call

import android.content.Context
import io.agora.rtc2.ChannelMediaOptions
import io.agora.rtc2.Constants
import io.agora.rtc2.IRtcEngineEventHandler
import io.agora.rtc2.RtcEngine
import org.json.JSONException
import org.json.JSONObject
import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.random.Random

class TokenCall(
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
     * There will be no more tokens: `forbidden_channel`, `grant_revoked` or the like. Agora removes
     * the user when the last token expires.
     */
    private val onStopped: (reason: String) -> Unit
) : IRtcEngineEventHandler() {
    private class Token(
        val text: String?, val uid: Int, val account: String?, val expiresAt: Long, val renewInMillis: Long
    )
    private class Stop(val reason: String) : Exception()

    private val engine: RtcEngine = RtcEngine.create(context, appId, this)
    private val asked = Semaphore(0)
    private val promoted = AtomicBoolean()
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

    /**
     * Your server lets this listener speak: from now on fetchGrant gives grants with the role
     * `publisher`. One renewal with such a grant, then the role changes. The call goes on.
     */
    fun speak() {
        promoted.set(true)
        asked.release()
    }

    /** 30 s before the token expires: renew at once. */
    override fun onTokenPrivilegeWillExpire(token: String?) = asked.release()

    /** The token has expired: renew at once. */
    override fun onRequestToken() = asked.release()

    private fun joinAndRenew() {
        try {
            var token = ask()
            use { join(token) }
            while (true) {
                asked.tryAcquire(token.renewInMillis, TimeUnit.MILLISECONDS)
                val speaks = promoted.getAndSet(false)
                if (speaks) grant = null
                token = ask()
                asked.drainPermits() // one renewal is enough, however often the SDK asked for it
                if (promoted.get()) asked.release()
                use { engine.renewToken(token.text) }
                if (speaks) use { engine.setClientRole(Constants.CLIENT_ROLE_BROADCASTER) }
            }
        } catch (gone: InterruptedException) {
            // After leave().
        } catch (stop: Stop) {
            onStopped(stop.reason)
        }
    }

    /** Set in the options what your app publishes and plays. */
    private fun join(token: Token): Int {
        val options = ChannelMediaOptions()
        return if (token.account == null) engine.joinChannel(token.text, channel, token.uid, options)
        else engine.joinChannelWithUserAccount(token.text, channel, token.account, options)
    }

    /** The engine gets no call after leave(). */
    @Synchronized
    private fun use(call: () -> Int) {
        if (left) throw InterruptedException()
        val result = call()
        if (result < 0) throw Stop("the SDK returned $result")
    }

    /** Tries until there is a token. Throws Stop if there will be none. */
    private fun ask(): Token {
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
                        val token = tokenOf(JSONObject(connection.inputStream.reader().readText()))
                        // If it expires no later than the last token, the grant expires then: fetch a
                        // new grant first.
                        if (isNewGrant || token.expiresAt > lastExpiresAt) {
                            lastExpiresAt = token.expiresAt
                            return token
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
        // With its version, the answer is a token that this SDK takes.
        val body = JSONObject()
            .put("channel", channel).put("sdkVersion", RtcEngine.getSdkVersion()).put("platform", "native")
        connection.outputStream.use { it.write(body.toString().toByteArray()) }
        return connection
    }

    private fun tokenOf(issued: JSONObject): Token {
        // In App-ID mode the key is null: the SDK takes null then.
        val text = if (issued.isNull("key")) null else issued.getString("key")
        // A grant names its user by uid or account. The SDK takes a uid over 2^31 as a negative Int.
        val account = if (issued.isNull("account")) null else issued.getString("account")
        val uid = if (account == null) issued.getLong("uid").toInt() else 0
        if (text == null) return Token(text, uid, account, Long.MAX_VALUE, Long.MAX_VALUE)
        // By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do
        // not renew together.
        val waitMillis = maxOf(1000L, (issued.getLong("renewAt") - issued.getLong("serverTime")) * 1000)
        val renewInMillis = waitMillis - Random.nextLong(waitMillis / 10)
        return Token(text, uid, account, issued.getLong("expiresAt"), renewInMillis)
    }
}
