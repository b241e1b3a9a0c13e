package dev.corrosion.simulation;

/** What has been sent: by all, and by the machine that sent most in one second. All kinds of messages together. */
final class Busiest implements Invariant {

    private final Traffic traffic = new Traffic();
    private long inSecond;
    private long all;

    @Override
    public void sent(Delivery delivery) {
        inSecond = Math.max(inSecond, traffic.count(delivery));
        all += delivery.payload().length;
    }

    void reset() {
        inSecond = 0;
        all = 0;
    }

    long inSecond() {
        return inSecond;
    }

    long all() {
        return all;
    }
}
