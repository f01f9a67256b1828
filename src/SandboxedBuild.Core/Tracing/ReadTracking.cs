namespace SandboxedBuild.Tracing;

/// <summary>Whether it is kept which files a step has read.</summary>
public enum ReadTracking
{
    /// <summary>No.</summary>
    False,

    /// <summary>Those in its roots, one by one; how many there were elsewhere.</summary>
    True,

    /// <summary>All of them.</summary>
    All,
}
