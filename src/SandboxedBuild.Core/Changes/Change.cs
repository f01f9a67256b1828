using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Changes;

/// <summary>One difference between what the steps of an overlay left and the live tree.</summary>
/// <param name="Root">The root that the entry is in.</param>
/// <param name="Path">The entry's path below the root.</param>
/// <param name="Kind">Added, modified, deleted or metadata only; a renamed file is added at one path and deleted at the other.</param>
/// <param name="Type">What the entry is now; for deleted ones, what it was.</param>
public sealed record Change(OverlayRoot Root, BytePath Path, ChangeKind Kind, EntryType Type)
{
    /// <summary>setuid and setgid.</summary>
    internal const uint SetIdBits = 0xc00;

    // There may be hundreds of thousands: what most of them do not have takes no room, and what is looked at of each comes together.
    // None of the three other paths can be the root itself.
    private readonly Entry? _upper;
    private readonly Entry? _live;
    private readonly uint _mode;
    private readonly BytePath _renamedFrom;
    private readonly BytePath _renamedTo;
    private readonly BytePath _sameAs;

    /// <summary>The entry's path below the root.</summary>
    public BytePath Path
    {
        get;
        init
        {
            field = value;
            HasTellingName = IsTelling(value);
        }
    } = Path;

    /// <summary>For an added file: the path that it was renamed from.</summary>
    public BytePath? RenamedFrom { get => Some(_renamedFrom); init => _renamedFrom = value ?? default; }

    /// <summary>For a deleted file: the path that it was renamed to.</summary>
    public BytePath? RenamedTo { get => Some(_renamedTo); init => _renamedTo = value ?? default; }

    /// <summary>The size in bytes, 0 for directories; of a deleted entry, the size that it had.</summary>
    public long Size => Type == EntryType.Directory ? 0 : (_upper ?? _live)?.Stat.Size ?? 0;

    /// <summary>Permission bits, <c>0o7777</c> at most; of a deleted entry, those that it had.</summary>
    public uint Mode => _mode;

    /// <summary>Whether it has setuid or setgid (chmod(2)).</summary>
    internal bool HasSetId => (_mode & SetIdBits) != 0;

    /// <summary>The entry in the upper layer; null for deleted ones.</summary>
    internal EntryStat? Upper
    {
        get => _upper?.Stat;
        init
        {
            _upper = value is { } stat ? new(stat) : null;
            _mode = (_upper ?? _live)?.Stat.Mode ?? 0;
        }
    }

    /// <summary>The live entry when it was compared; null for added ones.</summary>
    internal EntryStat? Live
    {
        get => _live?.Stat;
        init
        {
            _live = value is { } stat ? new(stat) : null;
            _mode = (_upper ?? _live)?.Stat.Mode ?? 0;
        }
    }

    /// <summary>The mount that the live entry was reached through, if there was one.</summary>
    internal ulong? LiveMount => _live?.Stat.Mount;

    /// <summary>Whether the live entry was a directory.</summary>
    internal bool WasDirectory => _live is { Stat.IsDirectory: true };

    /// <summary>Whether it comes or goes with the directory that it is in, which is added, deleted or replaced itself.</summary>
    internal bool GoesWithParent { get; init; }

    /// <summary>
    /// Whether the live entry, or the directory that it is in, is not the one any more that the step saw: somebody moved or deleted it
    /// while the step ran.
    /// </summary>
    internal bool IsDisplaced { get; init; }

    /// <summary>The path whose upper entry this one becomes another name of, as the two live entries are names of one file; else null.</summary>
    internal BytePath? SameAs { get => Some(_sameAs); init => _sameAs = value ?? default; }

    /// <summary>Where the upper entry is.</summary>
    internal BytePath UpperPath => SameAs ?? Path;

    /// <summary>Whether the live file keeps names that do not change with this one.</summary>
    internal bool BreaksLinks { get; init; }

    /// <summary>Whether the live file has names elsewhere, so that it is given other contents and no other file takes its place.</summary>
    internal bool IsWrittenOver { get; init; }

    /// <summary>Whether nothing but times differs.</summary>
    internal bool IsOnlyTimes { get; init; }

    /// <summary>Whether the upper entry carries overlayfs's own attributes, which must not reach the live tree.</summary>
    internal bool HasOverlayAttributes => Marks != OverlayMarks.None;

    /// <summary>
    /// Whether it loses them in the very step of the commit that moves it: a file that is a copy of the live one has the one note, and is not
    /// moved as part of something else.
    /// </summary>
    internal bool LosesOriginOnTheWay =>
        Marks == OverlayMarks.Origin && Kind is ChangeKind.Modified or ChangeKind.Metadata && Type != EntryType.Directory && SameAs is null && !GoesWithParent && Root.SameMount;

    /// <summary>
    /// Whether the name is one that may be protected, or one of the state of overlays. Hardly any is; it is asked once, while the name is at
    /// hand, for what is committed is judged, and often what is shown too.
    /// </summary>
    internal bool HasTellingName { get; private init; } = IsTelling(Path);

    /// <summary>
    /// Whether it is nothing but a part of a new directory: nothing is to be done for it or asked of it that the directory's own change does
    /// not stand for.
    /// </summary>
    internal bool ComesAlong =>
        GoesWithParent && Kind == ChangeKind.Added && Type is EntryType.File or EntryType.Directory or EntryType.SymbolicLink && !HasTellingName && !HasOverlayAttributes && !IsDisplaced
        && !HasSetId && _renamedFrom.IsRoot && _sameAs.IsRoot && !BreaksLinks && !IsWrittenOver;

    /// <summary>Which these are.</summary>
    internal OverlayMarks Marks { get; init; }

    private static bool IsTelling(BytePath path) => ProtectedNames.IsTelling(path.Name) || StateDirectories.IsOfOverlays(path.Name);

    private static BytePath? Some(BytePath path) => path.IsRoot ? null : path;

    private sealed record Entry(EntryStat Stat)
    {
        public readonly EntryStat Stat = Stat;
    }
}
