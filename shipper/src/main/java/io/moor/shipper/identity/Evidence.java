package io.moor.shipper.identity;

/**
 * Everything known about the identity of a generation.
 *
 * @param physical what the file system says
 * @param content what the committed bytes say; they decide
 */
public record Evidence(PhysicalId physical, ContentEvidence content) {}
