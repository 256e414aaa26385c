package android.os;

/** Stands in for Android's. */
public class Looper {
    public static Looper getMainLooper() {
        return new Looper();
    }
}
