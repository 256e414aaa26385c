package android.content;

/** Stands in for Android's, so that the recipes can be compiled and run here. */
public class Context {}
