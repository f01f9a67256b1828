using SandboxedBuild.Changes;

namespace SandboxedBuild.Diffs;

/// <summary>One change as a log keeps it: its part of a patch or, of what is no text or too long, sizes and hashes.</summary>
/// <param name="Change">The change.</param>
/// <param name="Patch">Its part of the patch; null for what no patch can say.</param>
/// <param name="Omission">Why there is none.</param>
/// <param name="OldSize">The file's size before; null for an added one.</param>
/// <param name="Size">And after; null for a deleted one.</param>
/// <param name="OldSha256">The hash before, of what is no text.</param>
/// <param name="Sha256">And after.</param>
internal sealed record KeptDiff(Change Change, string? Patch, DiffOmission? Omission, long? OldSize, long? Size, string? OldSha256, string? Sha256);

/// <summary>Why a log has no patch of a file.</summary>
internal enum DiffOmission
{
    /// <summary>It is binary, or its text is not UTF-8.</summary>
    NotText,

    /// <summary>Its patch is too long.</summary>
    TooLong,

    /// <summary>Those before it are together as long as a log may have them.</summary>
    Full,
}
