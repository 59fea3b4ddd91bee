package io.moor.shipper.identity;

/**
 * Decides whether an observed file is a known generation. Device and inode are hints, content
 * decides:
 *
 * <ul>
 *   <li>one physical file whose committed bytes are still there: the same generation;
 *   <li>one physical file with other bytes, or fewer: rewritten, a new generation begins;
 *   <li>another physical file on the same file system: another file, whatever its first bytes are;
 *   <li>another file system (a volume restored elsewhere): the same when the committed bytes match.
 * </ul>
 */
public final class EvidenceMatcher {

    private EvidenceMatcher() {}

    /**
     * @param known the generation as its last checkpoint described it
     * @param observed what the file system shows now
     * @param committedBytesMatch whether size, prefix and frontier of the observed file fit
     */
    public static Match match(Evidence known, PhysicalId observed, boolean committedBytesMatch) {
        if (known.physical().isSameFile(observed)) {
            return committedBytesMatch ? Match.SAME : Match.REWRITTEN;
        }
        boolean elsewhere = !known.physical().fileSystem().equals(observed.fileSystem());
        boolean proven = known.content().length() > 0 && committedBytesMatch;
        return elsewhere && proven ? Match.SAME : Match.OTHER;
    }
}
