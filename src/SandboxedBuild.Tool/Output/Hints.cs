using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tool.Output;

/// <summary>The core's messages say what to type in a build; this is what to type here.</summary>
internal static class Hints
{
    /// <summary>Tells a failure and, where its message speaks of builds, what to type here instead.</summary>
    /// <param name="printer">Where to.</param>
    /// <param name="diagnostic">The failure.</param>
    /// <param name="overlay">The overlay's id, if there is one.</param>
    public static void Failure(this Printer printer, Diagnostic diagnostic, string? overlay)
    {
        printer.Diagnostic(diagnostic);
        if (For(diagnostic, overlay ?? "ID") is { } hint)
        {
            printer.Line(("  here: ", Ink.Faint), (hint, Ink.Plain));
        }
    }

    private static string? For(Diagnostic diagnostic, string overlay) => diagnostic.Code[3..] switch
    {
        "1006" or "1007" or "2006" => "--state-directory DIRECTORY",
        "2003" => "--root DIRECTORY",
        "2004" => "dotnet sandbox list",
        "2009" => "--read-only, --read-write, --hidden or --temporary PATH",
        "4001" => $"dotnet sandbox commit {overlay} --on-conflict skip (or overwrite)",
        "4002" => $"dotnet sandbox commit {overlay} --exclude GLOB",
        _ => null,
    };
}
