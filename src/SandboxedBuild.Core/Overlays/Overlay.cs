using System.Collections.Immutable;
using SandboxedBuild.Interop;
using SandboxedBuild.Progress;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Overlays;

/// <summary>
/// An overlay's state on disk: what its steps wrote, until it is committed or thrown away. The process that holds this object owns
/// the state; when that process dies, what is neither held nor being committed is removed by the next one who looks.
/// </summary>
public sealed class Overlay : IDisposable
{
    internal const string ManifestFile = "manifest.json";
    internal const string UnfinishedFile = "manifest.unfinished";
    internal const string OwnerFile = "owner";
    internal const string TurnFile = "turn";
    internal const string HeldFile = "held";
    internal const string StepFiles = "step";
    private const string ReviewFile = "review";

    /// <summary>A sweep has the owner's lock for the moment that it takes to see that a state is to be kept.</summary>
    internal static readonly TimeSpan SweepTime = TimeSpan.FromMilliseconds(300);

    private readonly FileLock? _owner;
    private IDisposable? _roots;
    private bool _isLeaving;

    internal Overlay(string directory, OverlayManifest manifest, FileLock? owner)
    {
        Directory = directory;
        Manifest = manifest;
        _owner = owner;
    }

    /// <summary>Is told now and then how far what takes its time has come; null for nobody.</summary>
    internal Action<WorkProgress>? Progress { get; set; }

    /// <summary>What the state says of itself.</summary>
    internal OverlayManifest Manifest { get; private set; }

    /// <summary>The id: the time of creation in UTC and random digits.</summary>
    public string Id => Manifest.Id;

    /// <summary>The state directory.</summary>
    public string Directory { get; }

    /// <summary>How what its steps write is caught.</summary>
    public Strategy Strategy => Strategy.Named(Manifest.Strategy)!;

    /// <summary>The roots, in order of their numbers.</summary>
    public ImmutableArray<OverlayRoot> Roots => Manifest.Roots;

    /// <summary>What a step sees at the roots' paths, in the same order.</summary>
    public ImmutableArray<SeenRoot> Seen => [.. Roots.Select(Strategy.Seen)];

    /// <summary>When the overlay was made, by the filesystem's clock: a live entry changed later was changed by somebody else.</summary>
    public long Marker => Manifest.Marker;

    /// <summary>All paths that make up the state, in the order in which they are to be removed.</summary>
    internal IEnumerable<string> Leftovers => [.. Manifest.Announcement is { } link ? [link] : (string[])[], .. Roots.Where(static root => !root.SameMount).Select(root => Path.Combine(root.Path, $".sandboxed-build-{Id}")), .. Roots.Select(static root => root.Storage), Directory];

    /// <summary>The files of the step that runs now.</summary>
    internal string StepDirectory => Path.Combine(Directory, StepFiles);

    /// <summary>Waits until no other step runs in this overlay.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public IDisposable TakeTurn(CancellationToken cancellation) => TurnWith(FileLock.Take(Path.Combine(Directory, TurnFile), cancellation), cancellation);

    /// <summary>The turn if no step runs in this overlay now, else null.</summary>
    public IDisposable? TryTakeTurn() => FileLock.TryTake(Path.Combine(Directory, TurnFile), create: true) is { } turn ? TurnWith(turn, CancellationToken.None) : null;

    /// <summary>
    /// Keeps the state beyond this process, for a later commit or rollback. What was written to the live roots themselves is taken back, and kept aside.
    /// </summary>
    /// <exception cref="Diagnostics.SandboxException">That is not possible, or it failed.</exception>
    public void Hold()
    {
        Strategy.KeepForLater(this);
        File.WriteAllBytes(Path.Combine(Directory, HeldFile), []);
    }

    /// <summary>Keeps the state until a person has looked at it: a step ran in it that no rule admits.</summary>
    /// <param name="target">The step's target.</param>
    public void HoldForReview(string target)
    {
        File.WriteAllText(Path.Combine(Directory, ReviewFile), target);
        Hold();
    }

    /// <summary>Keeps others from the roots, unless this object does so already: where steps write to these themselves, that is as long as one has its turn.</summary>
    internal IDisposable? LockRoots(CancellationToken cancellation)
    {
        if (_roots is not null)
        {
            return null;
        }

        HoldRoots(Commits.RootLocks.Take(Roots.Select(static root => root.Path), cancellation));
        return new Ending(LetGoOfRoots);
    }

    /// <summary>Takes over the locks of the roots.</summary>
    internal void HoldRoots(IDisposable roots) => _roots = roots;

    /// <summary>From now on, the upper directories are copies of the roots, which steps wrote to in their place.</summary>
    internal void BecomeCopy()
    {
        using var directory = Interop.Opening.Directory(Directory);
        var manifest = Manifest with { Strategy = Strategy.Copy.Name, Marker = ClockMarker.In(directory, "owner"u8) };
        manifest.Replace(Path.Combine(Directory, ManifestFile));
        Manifest = manifest;
    }

    /// <summary>The target of the step for which a person is to look at the state before it is committed, or null.</summary>
    public string? AwaitsReviewOf => Path.Combine(Directory, ReviewFile) is var file && File.Exists(file) ? File.ReadAllText(file) : null;

    /// <summary>Whether the state is to be kept beyond this process.</summary>
    internal bool IsHeld => File.Exists(Path.Combine(Directory, HeldFile));

    /// <summary>Whether this object owns the state; if not, another process does.</summary>
    internal bool IsOwner => _owner is not null;

    /// <summary>
    /// Throws the state away, unless a commit that was cut off still needs it, or it is kept as the backup of one that is over. The live
    /// tree is not touched; where steps wrote to it, it is as before them.
    /// </summary>
    /// <exception cref="Diagnostics.SandboxException">What steps wrote to the live tree could not be taken back; the state is kept.</exception>
    public void Discard() => RollBack();

    /// <summary>
    /// Throws the state away, while this process goes on with something else: on a filesystem with a journal, the removal of a dozen files takes as long as
    /// a small step. The state has its owner until it is gone; if the process is killed first, it is that of a dead one. Disposing of this object is still needed.
    /// </summary>
    /// <exception cref="Diagnostics.SandboxException">What steps wrote to the live tree could not be taken back; the state is kept.</exception>
    public void DiscardSoon()
    {
        if (_owner is null || _isLeaving || !Strategy.IsOverWithStep || !System.IO.Directory.Exists(Directory) || Commits.CommitJournal.IsOpen(Directory) || OverlayStore.BackupOf(Directory, Manifest) is not null)
        {
            Discard();
            return;
        }

        _isLeaving = true;
        Removals.Begin(Directory, Manifest, _owner);
    }

    /// <summary>The same for whoever can tell a person of it.</summary>
    /// <returns>What a person should know of that; null for nothing.</returns>
    /// <exception cref="Diagnostics.SandboxException">What steps wrote to the live tree could not be taken back; the state is kept.</exception>
    public Diagnostics.Diagnostic? RollBack()
    {
        if (_isLeaving || !System.IO.Directory.Exists(Directory) || Commits.CommitJournal.IsOpen(Directory))
        {
            return null;
        }

        var report = Strategy.TakeBack(this);
        OverlayStore.Retire(Directory, Manifest, Progress);
        return report;
    }

    /// <summary>What steps did that no commit takes over, whatever it commits.</summary>
    /// <returns>What a person should know of that; null for nothing.</returns>
    public Diagnostics.Diagnostic? Lost() => Strategy.Lost(this);

    /// <summary>Lets go of the state, which stays where it is.</summary>
    public void Dispose()
    {
        LetGoOfRoots();
        if (!_isLeaving)
        {
            _owner?.Dispose();
        }
    }

    private IDisposable TurnWith(FileLock turn, CancellationToken cancellation)
    {
        if (!Strategy.IsInPlace)
        {
            return turn;
        }

        try
        {
            LockRoots(cancellation);
            return new Ending(() =>
            {
                LetGoOfRoots();
                turn.Dispose();
            });
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private void LetGoOfRoots()
    {
        _roots?.Dispose();
        _roots = null;
    }

    private sealed class Ending(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
