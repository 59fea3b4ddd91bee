package io.moor.shipper.frame;

import java.nio.charset.Charset;

/**
 * Where a text that is too long for a record may be cut: not within what is to be seen as a whole.
 * The same bytes are cut at the same place, however they were read.
 */
public interface Cuts {

    /** Between any two characters. */
    Cuts ANYWHERE =
            new Cuts() {
                @Override
                public int ahead() {
                    return 0;
                }

                @Override
                public int before(byte[] buffer, int from, int cut, int to, Charset charset) {
                    return cut;
                }
            };

    /** Bytes behind a cut that it depends on, at most. */
    int ahead();

    /**
     * A place that is as good or better.
     *
     * @param from where the piece begins
     * @param cut where it would end
     * @param to the end of the text, or of what of it is to be looked at
     * @return at most {@code cut}, and more than {@code from}
     */
    int before(byte[] buffer, int from, int cut, int to, Charset charset);
}
