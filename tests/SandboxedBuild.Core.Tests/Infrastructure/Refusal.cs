using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Core.Tests;

/// <summary>The diagnostic with which something is refused.</summary>
internal static class Refusal
{
    public static Diagnostic Of(Action action) => Assert.Catch<SandboxException>(() => action())!.Diagnostic;

    public static Diagnostic Of(Func<object> function) => Of(() => { _ = function(); });
}
