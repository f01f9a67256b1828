using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>The environment of the project that a task belongs to; never the process's, which under -mt many projects share.</summary>
internal static class CallerEnvironments
{
    public static CallerEnvironment ToCaller(this TaskEnvironment environment) => new(environment.GetEnvironmentVariables().ToImmutableDictionary(StringComparer.Ordinal));
}
