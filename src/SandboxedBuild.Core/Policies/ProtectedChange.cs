using SandboxedBuild.Changes;

namespace SandboxedBuild.Policies;

/// <summary>A change that needs a grant.</summary>
/// <param name="Change">The change.</param>
/// <param name="Why">What would become of it outside the sandbox, in words: <c>git runs or obeys it</c>.</param>
public sealed record ProtectedChange(Change Change, string Why);
