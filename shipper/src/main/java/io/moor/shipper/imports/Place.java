package io.moor.shipper.imports;

/**
 * Where something stands.
 *
 * @param file as messages call it
 * @param line one-based; 0 for the file as a whole
 */
public record Place(String file, int line) {

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
