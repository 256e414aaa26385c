package io.agora.rtc2;

/** Stands in for the vendor's (SDK 4). */
public class ChannelMediaOptions {}
