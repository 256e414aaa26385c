package io.flutter.plugin.common;

/** Stands in for Flutter's. */
public final class MethodCall {
    public final String method;

    public MethodCall(String method) {
        this.method = method;
    }

    public <T> T argument(String key) {
        return null;
    }
}
