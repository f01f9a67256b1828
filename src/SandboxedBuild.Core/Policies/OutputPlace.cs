namespace SandboxedBuild.Policies;

/// <summary>Where a path is, as far as <c>bin</c> and <c>obj</c> go.</summary>
internal enum OutputPlace
{
    /// <summary>In neither.</summary>
    None,

    /// <summary>In one of them.</summary>
    Inside,

    /// <summary>In <c>obj</c> itself, where MSBuild looks for what extends a project.</summary>
    TopOfIntermediate,
}
