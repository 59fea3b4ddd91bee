package io.moor.shipper.imports;

/**
 * A key and its value, somewhere in a configuration. It may be a secret: show it by {@link Finding}
 * only.
 */
record Setting(Place place, String key, String value) {

    @Override
    public String toString() {
        return place + " " + key;
    }
}
