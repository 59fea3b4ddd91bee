package io.moor.shipper.imports;

/**
 * Something that a user should know of what became of a setting. No secret is in it.
 *
 * @param place of the setting
 * @param weight whether it is lost
 * @param key as it is written
 * @param value as it may be shown; empty for none
 * @param text why, and what to do instead
 */
public record Finding(Place place, Weight weight, String key, String value, String text) {

    /** How much it matters. */
    public enum Weight {
        /** Another configuration is shipped than was meant, unless somebody does something. */
        LOST,
        /** Nothing is to be done, but something is different, or goes without saying. */
        NOTE
    }

    static Finding of(Weight weight, Setting setting, String text) {
        return new Finding(
                setting.place(),
                weight,
                Secrets.speaksOfOne("", setting.key()) && setting.key().contains("=")
                        ? Secrets.MASK
                        : setting.key(),
                Secrets.shown(setting.key(), setting.value()),
                text);
    }

    /** One line: {@code FILE:LINE: not carried over: KEY 'VALUE': why; what to do instead}. */
    @Override
    public String toString() {
        return place
                + ": "
                + (weight == Weight.LOST ? "not carried over: " : "note: ")
                + key
                + (value.isEmpty() ? "" : " '" + value + "'")
                + ": "
                + text;
    }
}
