package io.moor.shipper.frame;

import io.moor.shipper.frame.ContainerLine.Stream;

/**
 * Kubernetes' container runtime interface: {@code 2016-10-06T00:17:09.669794202Z stdout F text},
 * where tags, separated by colons, say whether the application's line is complete ({@code F}) or
 * goes on ({@code P}).
 */
final class CriForm implements ContainerLine.Form {

    private static final byte[] STDOUT = Ascii.bytes("stdout ");
    private static final byte[] STDERR = Ascii.bytes("stderr ");

    @Override
    public boolean read(byte[] buffer, int from, int to, ContainerLine line) {
        int space = Ascii.indexOf(buffer, from, to, ' ');
        if (space < 0) {
            return false;
        }
        long millis = Rfc3339.millis(buffer, from, space);
        int at = space + 1;
        if (Ascii.startsWith(buffer, at, to, STDOUT)) {
            line.stream = Stream.STDOUT;
        } else if (Ascii.startsWith(buffer, at, to, STDERR)) {
            line.stream = Stream.STDERR;
        } else {
            return false;
        }
        at += STDOUT.length;
        boolean known =
                millis != ContainerLine.NO_TIME
                        && at < to
                        && (buffer[at] == 'P' || buffer[at] == 'F')
                        && (at + 1 == to || buffer[at + 1] == ' ' || buffer[at + 1] == ':');
        if (!known) {
            return false;
        }
        int end = Ascii.indexOf(buffer, at, to, ' ');
        line.partial = buffer[at] == 'P';
        line.millis = millis;
        line.text = buffer;
        line.from = end < 0 ? to : end + 1;
        line.to = to;
        return true;
    }
}
