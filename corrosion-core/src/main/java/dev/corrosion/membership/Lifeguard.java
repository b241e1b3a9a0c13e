package dev.corrosion.membership;

/** Whether the parts that go beyond SWIM are in use. Off only to measure what they are good for. */
enum Lifeguard {
    ON,
    OFF;

    boolean isOn() {
        return this == ON;
    }
}
