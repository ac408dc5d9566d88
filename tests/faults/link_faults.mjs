// What goes wrong between the browsers and the relay. Scene.restore() makes the network good again.

export const linkFaults = {
  async link_cut(scene, random) {
    await scene.moment(random);
    scene.proxy.cut();
    await scene.moment(random);
  },

  /** In the middle of a frame, more often than not. */
  async link_cut_at_byte(scene, random) {
    await scene.moment(random);
    scene.proxy.cutWithin(random.below(6000));
    await scene.moment(random);
  },

  /** The connections go nowhere and nobody says so; the pages have to find out. */
  async link_half_open(scene, random) {
    await scene.moment(random);
    scene.proxy.halfOpen();
    await scene.moment(random);
  },

  async link_stalled(scene, random) {
    await scene.moment(random);
    scene.proxy.stall();
    await scene.moment(random);
    if (random.below(2) === 0) scene.proxy.cut();
  },
};
