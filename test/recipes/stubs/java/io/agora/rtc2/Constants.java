package io.agora.rtc2;

/** Stands in for the vendor's (SDK 4), with what the recipe uses. */
public class Constants {
    public static final int CLIENT_ROLE_BROADCASTER = 1;
}
