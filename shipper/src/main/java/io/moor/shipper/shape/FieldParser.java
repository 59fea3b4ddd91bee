package io.moor.shipper.shape;

import java.util.Map;

/** Finds fields in what an application wrote. Never fails: what it cannot read has no fields. */
interface FieldParser {

    /** Nothing is looked for. */
    FieldParser NONE = (_, _) -> {};

    /**
     * @param event is read
     * @param fields to be filled
     */
    void parse(Event event, Map<String, Object> fields);
}
