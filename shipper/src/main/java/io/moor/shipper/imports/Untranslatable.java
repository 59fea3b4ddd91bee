package io.moor.shipper.imports;

/** Something has no equal in Moor; the message says why. */
final class Untranslatable extends Exception {

    Untranslatable(String why) {
        super(why);
    }

    /** The reason. */
    String why() {
        return String.valueOf(getMessage());
    }
}
