package io.moor.shipper.imports;

import io.moor.shipper.imports.Regexes.Dialect;
import io.moor.shipper.imports.RsyslogStatement.Call;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** rsyslog's input {@code imfile} as a source. */
final class RsyslogFile {

    private static final Set<String> CARRIED =
            Set.of(
                    "type",
                    "file",
                    "tag",
                    "facility",
                    "severity",
                    "ruleset",
                    "startmsg.regex",
                    "readmode",
                    "name");

    private static final Advice ADVICE =
            new Advice(
                    """
                    statefile persiststateinterval persiststateaftersubmission deletestateonfiledelete deletestateonfilemove statefile.directory | note | positions are in Kafka, in the transaction of the lines; there is no state file, and nothing is shipped twice
                    freshstarttail | lost | Moor ships every matching file from its first byte; 'exclude' files whose old lines are not wanted
                    reopenontruncate | note | a truncated file is noticed and read from its begin
                    escapelf escapelf.replacement | note | line ends within an event stay as they are written
                    addmetadata addceetag needparse | note | the path is in the record's key, and in log.file.path with 'format: json'
                    trimlineoverbytes discardtruncatedmsg msgdiscardingerror maxbytesperminute maxlinesperminute maxlinesatonce maxlinesperpoll maxsubmitatonce | note | no line is cut or left out: longer ones than 'max-line' are split; 'rate-limit' delays, and drops none
                    readtimeout readtimeouts | note | an event is shipped after a second without a line
                    ignoreolderthan | lost | age does not matter to Moor: every file that matches is shipped; use 'exclude', or move old files away
                    endmsg.regex | lost | an event ends where the next one begins; write 'multiline: {start: REGEX}'
                    delay.message pollinginterval timeoutgranularity sortfiles mode | note | changes are noticed at once
                    """);

    private static final Map<String, String> OLD_NAMES =
            Map.of(
                    "inputfilename", "File",
                    "inputfiletag", "Tag",
                    "inputfilestatefile", "stateFile",
                    "inputfileseverity", "Severity",
                    "inputfilefacility", "Facility",
                    "inputfilereadmode", "readMode",
                    "inputfilebindruleset", "ruleset",
                    "inputfilepersiststateinterval", "PersistStateInterval",
                    "inputfilemaxlinesatonce", "MaxLinesAtOnce");

    private RsyslogFile() {}

    /** The parameter that a directive of the old form stands for; empty for another one. */
    static String parameter(String directive) {
        return OLD_NAMES.getOrDefault(directive.toLowerCase(Locale.ROOT), "");
    }

    static Draft draft(Call input, String name, Findings findings) {
        Setting file =
                input.parameters().stream()
                        .filter(each -> each.key().equalsIgnoreCase("file"))
                        .findFirst()
                        .orElse(input.asSetting());
        Draft draft = new Draft(file);
        draft.name = name;
        draft.files.add(Globs.of(input.value("file", ""), true));
        draft.wholeEvent.add("msg");
        for (Setting setting : input.parameters()) {
            switch (setting.key().toLowerCase(Locale.ROOT)) {
                case "startmsg.regex" -> start(draft, setting, findings);
                case "readmode" -> mode(draft, setting, findings);
                default -> {
                    String key = setting.key().toLowerCase(Locale.ROOT);
                    boolean off = key.equals("freshstarttail") && setting.value().equals("off");
                    if (!CARRIED.contains(key) && !off) {
                        ADVICE.say(setting, findings);
                    }
                }
            }
        }
        return draft;
    }

    private static void start(Draft draft, Setting setting, Findings findings) {
        try {
            draft.multilineStart = Regexes.translate(setting.value(), Dialect.POSIX);
        } catch (Untranslatable e) {
            findings.lost(setting, e.why() + "; write another 'multiline: {start: REGEX}'");
        }
    }

    private static void mode(Draft draft, Setting setting, Findings findings) {
        switch (setting.value()) {
            case "0" -> {}
            case "2" -> draft.multilineStart = "^(?:[^ \\t]|$)";
            default ->
                    findings.lost(
                            setting,
                            "Moor joins lines by where an event begins, not by empty lines; write"
                                    + " 'multiline: {start: REGEX}'");
        }
    }

    /** What is the same for all lines of a file, by the name of the property. */
    static Map<String, String> known(Call input) {
        Map<String, String> known = new HashMap<>();
        String tag = input.value("tag", "");
        String facility = input.value("facility", "local0");
        String severity = input.value("severity", "notice");
        known.put("inputname", "imfile");
        known.put("syslogtag", tag);
        known.put("programname", tag.replaceFirst("[\\[:/ ].*$", ""));
        known.put("syslogfacility-text", facility);
        known.put("syslogseverity-text", severity);
        String file = input.value("file", "");
        if (!file.matches(".*[*?\\[{].*")) {
            known.put("!metadata!filename", file);
        }
        return known;
    }
}
