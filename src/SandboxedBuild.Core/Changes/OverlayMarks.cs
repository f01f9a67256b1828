namespace SandboxedBuild.Changes;

/// <summary>Which of overlayfs's own attributes an upper entry carries.</summary>
internal enum OverlayMarks
{
    /// <summary>None.</summary>
    None,

    /// <summary>The note of the lower file that it is a copy of, as every copy has, and no other.</summary>
    Origin,

    /// <summary>Others too.</summary>
    Others,
}
