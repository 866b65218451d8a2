// Hosts share the process: the probe of the kit's tests is static, and one server is enough for two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
