package android.os;

/** Stands in for Android's. */
public class Handler {
    public Handler(Looper looper) {}

    public final boolean post(Runnable task) {
        task.run();
        return true;
    }
}
