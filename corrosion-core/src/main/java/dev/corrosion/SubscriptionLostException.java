package dev.corrosion;

/** A subscription cannot go on where it ended: what came after is not kept any more. A fresh one gets a snapshot. */
public class SubscriptionLostException extends CorrosionException {

    private static final long serialVersionUID = 1;

    public SubscriptionLostException(String message) {
        super(message);
    }
}
