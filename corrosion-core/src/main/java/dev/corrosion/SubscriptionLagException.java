package dev.corrosion;

/** A subscriber has fallen so far behind that changes which it has not taken are not kept any more. It may subscribe anew. */
public class SubscriptionLagException extends CorrosionException {

    private static final long serialVersionUID = 1;

    public SubscriptionLagException(String message) {
        super(message);
    }
}
