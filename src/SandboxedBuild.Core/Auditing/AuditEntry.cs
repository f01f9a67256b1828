using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Limits;

namespace SandboxedBuild.Auditing;

/// <summary>One line of the audit log: one step, however it ended, or what somebody has decided of its changes later. docs/schemas/log.schema.json has its form; what is null is left out.</summary>
/// <param name="Version">Of the form.</param>
/// <param name="Time">When the step was asked for.</param>
/// <param name="User">Who asked.</param>
/// <param name="Origin">What it is about: a word of <see cref="AuditOrigin"/>.</param>
/// <param name="Project">The project's directory; of <c>dotnet sandbox run</c> the current one.</param>
/// <param name="File">The file that defines the target.</param>
/// <param name="Target">The target.</param>
/// <param name="Command">What was to run; null where it is not to be shown, and of what runs nothing.</param>
/// <param name="Gate">What was decided; null for <c>dotnet sandbox run</c>, for who types a command needs no rule.</param>
/// <param name="Plan">What the command got; null of one that did not run.</param>
/// <param name="Overlay">The overlay's id.</param>
/// <param name="Outcome">What became of the changes: a word of <see cref="AuditOutcome"/>.</param>
/// <param name="Failure">Why it failed, in the words of the step's event, or <c>Denied</c>, or <c>Commit</c>; null of one that did not.</param>
/// <param name="Code">The diagnostic that ended it.</param>
/// <param name="ExitCode">The command's.</param>
/// <param name="Changes">What it changed.</param>
/// <param name="Violations">What was refused to it.</param>
/// <param name="Usage">What it used.</param>
/// <param name="Limits">What it might have used.</param>
/// <param name="Milliseconds">How long it took, from gate to commit.</param>
internal sealed record AuditEntry(
    int Version,
    DateTimeOffset Time,
    AuditUser User,
    string Origin,
    string Project,
    string? File,
    string? Target,
    string? Command,
    AuditGate? Gate,
    AuditPlan? Plan,
    string? Overlay,
    string Outcome,
    string? Failure,
    string? Code,
    int? ExitCode,
    AuditChanges? Changes,
    AuditViolations? Violations,
    UsageData? Usage,
    LimitsData? Limits,
    long Milliseconds)
{
    public const int CurrentVersion = 1;

    private const int LongestCommand = 4000;

    /// <summary>Whether nothing is missing that a line always has; the reader of JSON puts null for it.</summary>
    private bool IsWhole =>
        this is { Version: CurrentVersion, User: not null, Origin: not null, Project: not null, Outcome: not null }
        && Gate is null or { Decision: not null }
        && Plan is null or { IsWhole: true }
        && Changes is null or { IsWhole: true }
        && Violations is null or { IsWhole: true };

    /// <summary>The line, with its end. All that is not ASCII is escaped, so that whatever prints it does no harm.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this with { Command = Command is null ? null : Bounded.Text(Command, LongestCommand) }, AuditJson.Default.AuditEntry), (byte)'\n'];

    /// <summary>Reads a line; null if it is none, or of a form that is not known yet.</summary>
    public static AuditEntry? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry) is { IsWhole: true } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
