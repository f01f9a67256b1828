using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tool.Output;

/// <summary>Overlays in words.</summary>
internal static class OverlayWords
{
    /// <summary>The state in a word or two.</summary>
    public static string State(OverlayState state) => state switch
    {
        OverlayState.InUse => "in use",
        OverlayState.CutOff => "cut off",
        OverlayState.Abandoned => "abandoned",
        OverlayState.Committed => "committed",
        _ => "held",
    };

    /// <summary>How long ago something was, in its largest unit.</summary>
    public static string Age(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalDays: >= 1 } age => $"{age.TotalDays:F0} d",
        { TotalHours: >= 1 } age => $"{age.TotalHours:F0} h",
        { TotalMinutes: >= 1 } age => $"{age.TotalMinutes:F0} min",
        var age => $"{Math.Max(0, age.TotalSeconds):F0} s",
    };

    /// <summary>An overlay and its roots.</summary>
    public static void Head(this Printer printer, OverlaySummary overlay)
    {
        printer.Line(("overlay ", Ink.Plain), (overlay.Id, Ink.Yellow), ($"  {State(overlay.State)}, {Age(overlay.Created, DateTimeOffset.UtcNow)} old", Ink.Plain));
        foreach (var root in overlay.Roots)
        {
            printer.Line($"root    {root.Path}");
        }
    }

    /// <summary>How to take a commit back, if it can be.</summary>
    public static void UndoLine(this Printer printer, OverlayStore store, string id)
    {
        if (store.Undoable().Any(backup => backup.Id == id))
        {
            printer.Line($"  dotnet sandbox undo {id}", Ink.Faint);
        }
    }
}
