using System.Text;
using System.Text.Json;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Hosts;
using SandboxedBuild.Overlays;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Output;

/// <summary>Values of the core as parts of documents.</summary>
internal static class DocumentParts
{
    public static ChangeDocument ToDocument(this Change change, ProtectedMarks marks) => new(
        change.RenamedFrom is null ? Camel(change.Kind) : "renamed",
        Camel(change.Type),
        change.Root.Path,
        change.Path.IsRoot ? "." : change.Path.ToString(),
        Encoding.UTF8.GetBytes(change.Path.ToString()).AsSpan().SequenceEqual(change.Path.Bytes) ? null : Convert.ToBase64String(change.Path.Bytes),
        change.RenamedFrom?.ToString(),
        change is { Kind: ChangeKind.Modified, Live: { } old } && old.Type != change.Type ? Camel(old.Type) : null,
        change.Size,
        ChangeWords.Octal(change.Mode),
        change is { Upper: not null, Live: { } before } && before.Mode != change.Mode ? ChangeWords.Octal(before.Mode) : null,
        marks.Why(change) is null ? null : true);

    public static DiagnosticDocument ToDocument(this Diagnostic diagnostic) => new(diagnostic.Code, diagnostic.IsWarning ? "warning" : "error", diagnostic.Message);

    public static ViolationDocument ToDocument(this Violation violation) =>
        new(Camel(violation.Kind), violation.Subject, violation.Evidence, violation.Remedy, violation.Call?.Name, violation.Call?.Process, violation.Call?.CommandLine, violation.Call?.Time);

    public static OverlayDocument ToDocument(this OverlaySummary overlay) => new(overlay.Id, overlay.Created, Camel(overlay.State), overlay.Directory, [.. overlay.Roots.Select(static root => root.Path)]);

    public static DoctorDocument ToDocument(this HostReport report) => new(
        report.Refusal is null,
        report.Facts.ToDictionary(static fact => fact.Name, static fact => fact.Value, StringComparer.Ordinal),
        [.. report.Isolations.Select(ToDocument)],
        [.. report.Strategies.Select(ToDocument)]);

    public static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static VerdictDocument ToDocument(HostVerdict verdict) => new(verdict.Name, verdict.IsDefault, verdict.Refusal is null, verdict.Refusal?.ToDocument());
}
