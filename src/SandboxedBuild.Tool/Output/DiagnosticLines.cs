using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tool.Output;

/// <summary>Diagnostics as MSBuild prints them, so that whatever reads the log of a build understands them here, too.</summary>
internal static class DiagnosticLines
{
    public static void Diagnostic(this Printer printer, Diagnostic diagnostic)
    {
        var (kind, ink) = diagnostic.IsWarning ? ("warning", Ink.Yellow) : ("error", Ink.Red);
        var origin = diagnostic.File is null ? string.Empty : diagnostic.Line > 0 ? $"{diagnostic.File}({diagnostic.Line},{diagnostic.Column}): " : $"{diagnostic.File}: ";
        var lines = diagnostic.Message.Split('\n');
        printer.Line((origin, Ink.Plain), ($"{kind} {diagnostic.Code}", ink), ($": {lines[0]}", Ink.Plain));
        foreach (var line in lines.Skip(1))
        {
            printer.Line("  " + line);
        }
    }
}
