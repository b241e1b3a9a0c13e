package dev.corrosion.discovery.foreign;

/** What a check says of an instance. Critical ones take it out; a warning is for people. */
public enum CheckStatus {
    PASSING,
    WARNING,
    CRITICAL
}
