using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Commits;

/// <summary>What a commit did.</summary>
/// <param name="Committed">The changes that are now in the live tree, as they are told to people.</param>
/// <param name="Warnings">What the user should know of it.</param>
public sealed record CommitResult(ImmutableArray<Change> Committed, ImmutableArray<Diagnostic> Warnings);
