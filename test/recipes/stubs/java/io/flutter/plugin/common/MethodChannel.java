package io.flutter.plugin.common;

/** Stands in for Flutter's. */
public class MethodChannel {
    public interface Result {
        void success(Object result);

        void error(String errorCode, String errorMessage, Object errorDetails);

        void notImplemented();
    }

    public interface MethodCallHandler {
        void onMethodCall(MethodCall call, Result result);
    }

    public void setMethodCallHandler(MethodCallHandler handler) {}

    public void invokeMethod(String method, Object arguments) {}
}
