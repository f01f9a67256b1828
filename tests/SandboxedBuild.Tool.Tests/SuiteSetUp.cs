[assembly: Parallelizable(ParallelScope.All)]

[assembly: LevelOfParallelism(4)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
