/** What a log record says about itself: the key of its stream, its span, its flags. */
@NullMarked
package io.moor.shipper.stream;

import org.jspecify.annotations.NullMarked;
