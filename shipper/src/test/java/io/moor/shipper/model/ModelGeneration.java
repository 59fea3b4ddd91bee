package io.moor.shipper.model;

/** Everything that was ever written to one physical file between two truncations. */
final class ModelGeneration {

    private final int number;
    private final StringBuilder content = new StringBuilder();
    private boolean mayLose;
    private boolean outOfOrder;
    private boolean own;
    private boolean unnoticed;
    private boolean known;
    private boolean seen;
    private boolean deleted;
    private boolean held = true;
    private boolean read;

    ModelGeneration(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** How every line of it begins. */
    String mark() {
        return "g" + number + ":";
    }

    void write(String text) {
        content.append(text);
    }

    String content() {
        return content.toString();
    }

    /** Bytes that nobody may have read are gone: the end of it may be missing, and only the end. */
    void destroyed() {
        mayLose = true;
    }

    boolean mayLose() {
        return mayLose;
    }

    /** It was written to after its successor, or found again later: then it may come later. */
    void late() {
        outOfOrder = true;
    }

    boolean mayComeLater() {
        return outOfOrder;
    }

    /** First seen under a rotated name that a glob matches: a stream of its own, and live there. */
    void onItsOwn() {
        own = true;
    }

    boolean isOnItsOwn() {
        return own;
    }

    /** A shipper that runs has an open handle. */
    void seen() {
        seen = true;
    }

    boolean isSeen() {
        return seen;
    }

    /** A line of it is committed. */
    void read() {
        read = true;
    }

    boolean isRead() {
        return read;
    }

    /** Whether a shipper has it open, when that is known. */
    void held(boolean now) {
        held = now;
    }

    boolean isHeld() {
        return held;
    }

    /** It stands where another one was truncated, which only reading shows. */
    void unnoticed() {
        unnoticed = true;
    }

    void noticed() {
        unnoticed = false;
    }

    /** What became of it may have come before anybody noticed it. */
    void leftUnnoticed() {
        if (unnoticed) {
            mayLose = true;
            outOfOrder = true;
        }
    }

    /** A checkpoint tells of it. */
    void known() {
        known = true;
    }

    boolean isKnown() {
        return known;
    }

    void deleted() {
        deleted = true;
    }

    /** The handles are gone. */
    void shipperEnded() {
        seen = false;
        if (deleted) {
            mayLose = true;
        }
    }

    @Override
    public String toString() {
        return mark()
                + content.length()
                + (mayLose ? " may lose" : "")
                + (deleted ? " deleted" : "");
    }
}
