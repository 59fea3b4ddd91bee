/** Linux file system calls that the JDK does not offer, by java.lang.foreign. */
@NullMarked
package io.moor.volumes.posix;

import org.jspecify.annotations.NullMarked;
