using System.Collections.Immutable;
using System.Text.Json;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>
/// Questions that a person has answered with "always", in the user's configuration directory, which no step sees. An approval holds for
/// exactly the same question: project, file, target, command and grants.
/// </summary>
/// <param name="File">Where they are kept.</param>
public sealed record Approvals(string File)
{
    private const int CurrentVersion = 1;

    /// <summary>Those of a user; null without a home directory.</summary>
    public static Approvals? Of(CallerEnvironment caller) => caller.Configuration is { } directory ? new(Path.Combine(directory, "sandboxed-build", "approvals.json")) : null;

    /// <summary>Whether the question has been answered once and for all.</summary>
    public bool Hold(GateQuestion question) => (TryRead() ?? []).Exists(approval => approval.Hash == question.Hash);

    /// <summary>All of them, the oldest first.</summary>
    public ImmutableArray<Approval> All() => [.. TryRead() ?? []];

    /// <summary>Remembers an answer.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Remember(GateQuestion question, DateTimeOffset at) =>
        Change(all => all.Exists(approval => approval.Hash == question.Hash) ? all : [.. all, new(question.Hash, at, question)]);

    /// <summary>Forgets those whose hash begins so; all for an empty text.</summary>
    /// <returns>What was forgotten.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public ImmutableArray<Approval> Forget(string hash)
    {
        var forgotten = ImmutableArray<Approval>.Empty;
        Change(all =>
        {
            forgotten = [.. all.Where(approval => approval.Hash.StartsWith(hash, StringComparison.OrdinalIgnoreCase))];
            return all.Except(forgotten).ToList();
        });
        return forgotten;
    }

    /// <summary>
    /// An approval that was changed by hand is for another question than the one that a person was asked, and counts for nothing. Null when there is a file
    /// that is not in this form: nothing in it counts, and it is not written over.
    /// </summary>
    private List<Approval>? TryRead()
    {
        try
        {
            return !System.IO.File.Exists(File) ? []
                : JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), AskingJson.Default.ApprovalFile) is { Version: CurrentVersion, Approvals.IsDefault: false } file
                ? [.. file.Approvals.Where(static approval => approval is { Question.Grants.IsDefault: false } && approval.Hash == approval.Question.Hash)]
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Change(Func<List<Approval>, List<Approval>> change)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var turn = FileLock.Take(File + ".lock", CancellationToken.None);
        var before = TryRead() ?? throw new IOException($"{File} is not in the form of this version; move it away");
        if (change(before) is var after && after.Count != before.Count)
        {
            WholeFile.Write(File, JsonSerializer.SerializeToUtf8Bytes(new ApprovalFile(CurrentVersion, [.. after]), AskingJson.Default.ApprovalFile));
        }
    }
}

/// <summary>One answer that is remembered.</summary>
/// <param name="Hash">The question's hash.</param>
/// <param name="At">When it was given.</param>
/// <param name="Question">What was asked.</param>
public sealed record Approval(string Hash, DateTimeOffset At, GateQuestion Question);

/// <summary>The file's form.</summary>
internal sealed record ApprovalFile(int Version, ImmutableArray<Approval> Approvals);
