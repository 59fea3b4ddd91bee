package io.moor.shipper.imports;

/**
 * Tags of Fluent Bit. A tag may hold wildcards itself, when it is made of the path of a file. Pure.
 */
final class TagPattern {

    private TagPattern() {}

    /** How a pattern and the tags of an input stand to each other. */
    enum Covers {
        ALL,
        SOME,
        NONE
    }

    /** The tag of files: a star in it stands for their path, with dots for slashes. */
    static String expand(String tag, String glob) {
        String path = glob.replaceFirst("^/", "").replace('/', '.');
        String stars = path.replaceAll("[*?]|\\[[^\\]]*]|\\$\\{[^}]*}", "*");
        return tag.replace("*", stars).replaceAll("<[^>]*>", "*");
    }

    static Covers covers(String pattern, String tag) {
        if (matches(pattern, tag.replaceAll("\\*+", "*"))) {
            return Covers.ALL;
        }
        return Globs.mayMeet(pattern, tag) ? Covers.SOME : Covers.NONE;
    }

    /** A star of the tag is a character that only a star of the pattern takes. */
    private static boolean matches(String pattern, String tag) {
        boolean[][] rests = new boolean[pattern.length() + 1][tag.length() + 1];
        for (int i = pattern.length(); i >= 0; i--) {
            for (int j = tag.length(); j >= 0; j--) {
                if (i == pattern.length()) {
                    rests[i][j] = j == tag.length();
                } else if (pattern.charAt(i) == '*') {
                    rests[i][j] = rests[i + 1][j] || (j < tag.length() && rests[i][j + 1]);
                } else {
                    rests[i][j] =
                            j < tag.length()
                                    && tag.charAt(j) != '*'
                                    && pattern.charAt(i) == tag.charAt(j)
                                    && rests[i + 1][j + 1];
                }
            }
        }
        return rests[0][0];
    }
}
